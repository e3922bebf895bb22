using System.CommandLine;
using System.Net;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>One verb at work: its arguments, its server, its output. Turns what goes wrong into a message and an exit code.</summary>
internal sealed class Session : IDisposable
{
    private readonly Lazy<OrreryClient> _client;

    private Session(ParseResult args, CliHost host, WatchedRows? rows, CancellationToken cancel)
    {
        Args = args;
        Host = host;
        Cancel = cancel;
        Output = new Output(host, GlobalOptions.IsJson(args), GlobalOptions.IsQuiet(args), rows);
        _client = new(() => GlobalOptions.NewClient(args, host));
    }

    public ParseResult Args { get; }

    public CliHost Host { get; }

    public Output Output { get; }

    /// <summary>Ends when the user has had enough.</summary>
    public CancellationToken Cancel { get; }

    public OrreryClient Client => _client.Value;

    public static async Task<int> RunAsync(ParseResult args, Func<Session, Task<int>> verb, CancellationToken cancel)
    {
        var host = ((MlopsCommand)args.RootCommandResult.Command).Host;
        return Watch.Of(args) is { } every
            ? await Watch.RunAsync(host, every, (inner, rows) => OnceAsync(args, inner, rows, verb, cancel), GlobalOptions.IsJson(args), cancel)
            : await OnceAsync(args, host, rows: null, verb, cancel);
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    private static async Task<int> OnceAsync(ParseResult args, CliHost host, WatchedRows? rows, Func<Session, Task<int>> verb, CancellationToken cancel)
    {
        using var session = new Session(args, host, rows, cancel);
        try
        {
            return await verb(session);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCodes.Cancelled;
        }
        catch (Exception failed) when (CodeOf(failed) is { } code)
        {
            session.Output.Error(failed, code);
            return code;
        }
    }

    /// <summary>Null for what is a bug.</summary>
    private static int? CodeOf(Exception failed) => failed switch
    {
        OrreryApiException refused => CodeOf(refused),
        OrreryConnectionException => ExitCodes.Unreachable,
        UsageException or ArgumentException => ExitCodes.Usage,
        OrreryIntegrityException or IOException or InvalidDataException or UnauthorizedAccessException => ExitCodes.Failed,
        NotSupportedException => ExitCodes.Refused,
        _ => null,
    };

    private static int CodeOf(OrreryApiException refused) => refused.Status switch
    {
        HttpStatusCode.NotFound => ExitCodes.NotFound,
        HttpStatusCode.BadRequest when refused.ErrorCode is MlflowErrorCodes.ResourceAlreadyExists => ExitCodes.Refused,
        HttpStatusCode.BadRequest => ExitCodes.Usage,
        HttpStatusCode.Conflict or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => ExitCodes.Refused,
        _ => ExitCodes.Failed,
    };
}
