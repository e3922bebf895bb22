using Orrery.Server;

var problems = new List<string>();
var arguments = CommandLine.Parse(args, problems);
var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "Orrery.Server", ContentRootPath = AppContext.BaseDirectory });

var settings = builder.AddSettings(arguments, problems);
var options = settings.Server;
builder.AddLogs(options.Log);
builder.AddEdge(options);
builder.AddHealth();

// Modules read their settings and add themselves here, lowest first; then their sections leave this list.
settings.LeaveToOthers("Database", "Redis", "Blobs");

if (settings.Refusal(arguments) is { } refusal)
    return refusal;

await using var app = builder.Build();
app.UseEdge();
// Middleware of modules comes here, the workspace's first: it changes the path, so it stands before routing.
app.UseRouting();
app.MapHealth();
app.MapVersion();
// Endpoints of modules come here.

return await app.ServeAsync(database: builder.Configuration["Orrery:Database:ConnectionString"] is null ? "sqlite" : "postgresql");
