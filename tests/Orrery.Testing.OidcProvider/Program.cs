using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Testing.OidcProvider;

// An OpenID Connect provider for tests: provider URL CLIENT-ID CLIENT-SECRET. Consents for the person it was told (PUT /admin/behaviour).
var builder = WebApplication.CreateEmptyBuilder(new());
builder.WebHost.UseKestrelCore().UseUrls(args[0]);
builder.Services.AddRoutingCore();
builder.Logging.AddConsole();
var app = builder.Build();
app.UseRouting();
using var provider = new Provider(args[0].TrimEnd('/'), args[1], args[2]);
provider.Map(app);
await app.RunAsync();
