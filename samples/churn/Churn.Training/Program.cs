using System.CommandLine;
using System.CommandLine.Parsing;
using Churn;
using Orrery.Client;
using Spectre.Console;

var server = new Option<Uri?>("--tracking-uri")
{
    Description = "Address of the server; MLFLOW_TRACKING_URI when absent, else http://127.0.0.1:5000",
    CustomParser = ServerAddress,
    DefaultValueFactory = ServerAddress,
};
var workspace = new Option<string?>("--workspace") { Description = "Workspace to log to; the server's default when absent" };
var data = new Option<string>("--data")
{
    Description = "The churn table as CSV; the copy beside the program when absent",
    DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "data", "telco_churn.csv"),
};
var command = new RootCommand("Trains churn predictors on the Telco data, logs every run and registers the best.") { server, workspace, data };
command.SetAction(async (arguments, cancel) =>
{
    var console = AnsiConsole.Console;
    if (Console.IsOutputRedirected)
    {
        // A file has no colours and no width to fold the table at.
        console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No });
        console.Profile.Width = 160;
    }

    try
    {
        using var client = new OrreryClient(arguments.GetRequiredValue(server)!, new() { Workspace = arguments.GetValue(workspace) });
        await new ChurnStory(client, console, TimeProvider.System).TellAsync(arguments.GetRequiredValue(data), cancel);
        return 0;
    }
    catch (Exception expected) when (expected is OrreryApiException or OrreryConnectionException or InvalidDataException or IOException)
    {
        await Console.Error.WriteLineAsync(expected.Message);
        return 1;
    }
});
return await command.Parse(args).InvokeAsync();

static Uri? ServerAddress(ArgumentResult argument)
{
    var text = argument.Tokens is [var token] ? token.Value : Environment.GetEnvironmentVariable("MLFLOW_TRACKING_URI");
    if (string.IsNullOrEmpty(text))
        text = "http://127.0.0.1:5000";
    if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        return address;
    argument.AddError($"'{text}' is not the address of a server, for example http://127.0.0.1:5000.");
    return null;
}
