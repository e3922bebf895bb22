using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orrery.Load;

/// <summary>Kestrel with nothing on it: GET /N answers N bytes, POST reads its body and answers {}, POST /echo answers with it. Runs as a child process.</summary>
internal static class BareKestrel
{
    /// <summary>The argument that makes this program be it.</summary>
    public const string Verb = "bare-kestrel";

    /// <summary>Serves until standard input ends; writes its port first.</summary>
    public static async Task<int> ServeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(static options => options.AddServerHeader = false);
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Console.WriteLine(new Uri(address).Port.ToString(CultureInfo.InvariantCulture));
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static readonly byte[] Bytes = [.. Enumerable.Repeat((byte)'x', 4 << 20)];

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/echo")
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = context.Request.ContentLength;
            await context.Request.Body.CopyToAsync(context.Response.Body);
            return;
        }

        var size = 2;
        if (HttpMethods.IsPost(context.Request.Method))
            await context.Request.Body.CopyToAsync(Stream.Null);
        else
            size = int.Parse(context.Request.Path.Value.AsSpan(1), CultureInfo.InvariantCulture);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = size;
        await context.Response.Body.WriteAsync(Bytes.AsMemory(0, size));
    }
}
