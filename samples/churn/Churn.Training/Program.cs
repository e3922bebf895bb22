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
var grpcServer = new Option<Uri?>("--grpc-uri") { Description = "Where the server speaks gRPC (its --grpc-urls), to ask by it too", CustomParser = Address };
var command = new RootCommand("Trains churn predictors on the Telco data, logs every run, registers the best and has it answer.") { server, workspace, data, grpcServer };
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
        using var grpc = arguments.GetValue(grpcServer) is { } address ? new ChurnGrpc(address) : null;
        await new ChurnStory(client, grpc, console, TimeProvider.System).TellAsync(arguments.GetRequiredValue(data), cancel);
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
    if (argument.Tokens is [_])
        return Address(argument);
    var text = Environment.GetEnvironmentVariable("MLFLOW_TRACKING_URI");
    return Parse(argument, string.IsNullOrEmpty(text) ? "http://127.0.0.1:5000" : text);
}

static Uri? Address(ArgumentResult argument) => Parse(argument, argument.Tokens[0].Value);

static Uri? Parse(ArgumentResult argument, string text)
{
    if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        return address;
    argument.AddError($"'{text}' is not the address of a server, for example http://127.0.0.1:5000.");
    return null;
}
