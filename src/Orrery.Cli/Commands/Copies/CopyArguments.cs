using System.CommandLine;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary>The options that the copying verbs share.</summary>
internal sealed class CopyArguments
{
    private readonly Option<string[]> _experiments = Verb.Texts(
        "--experiment", "Only this experiment, by name or id; may be given again. Registered models only with --models then", "name");

    private readonly Option<bool> _models = Verb.Flag("--models", "Registered models too when experiments are named");

    private readonly Option<int> _concurrency = new("--concurrency")
    {
        Description = "Runs copied at once, 1 to 64",
        HelpName = "n",
        DefaultValueFactory = _ => 4,
        Validators =
        {
            result =>
            {
                if (result.GetValueOrDefault<int>() is < 1 or > 64)
                    result.AddError("--concurrency lies between 1 and 64.");
            },
        },
    };

    private readonly Option<string?> _token = Verb.Text("--token", "Token for the source (ORRERY_SOURCE_TOKEN)", "token");
    private readonly Option<string?> _username = Verb.Text("--username", "User at the source (ORRERY_SOURCE_USERNAME); password in ORRERY_SOURCE_PASSWORD", "name");

    private readonly Option<FilesChoice> _files = new("--files")
    {
        Description = "served: files that the source serves or has on its disk; all: also those in S3 and the like, through the source; none",
        DefaultValueFactory = _ => FilesChoice.Served,
        HelpName = "served|all|none",
    };

    private readonly Option<string?> _sourceName = Verb.Text(
        "--source-name", "Name of the source when its address has changed since an earlier copy (its address)", "name");

    public Command AddTo(Command command, bool fromServer)
    {
        command.Add(_experiments);
        command.Add(_models);
        command.Add(_concurrency);
        if (!fromServer)
            return command;
        command.Add(_files);
        command.Add(_token);
        command.Add(_username);
        command.Add(_sourceName);
        return command;
    }

    public CopyOptions Options(Session session)
    {
        var experiments = session.Args.GetRequiredValue(_experiments);
        return new()
        {
            Experiments = experiments,
            Models = experiments.Length is 0 || session.Args.GetValue(_models),
            Concurrency = session.Args.GetValue(_concurrency),
        };
    }

    /// <summary>The source, with its own credentials: those of the target are not for it.</summary>
    /// <param name="session">The verb.</param>
    /// <param name="address">The source.</param>
    /// <param name="same">Options of the session's server, when that is the source.</param>
    public MlflowSource Source(Session session, Uri address, OrreryClientOptions? same = null)
    {
        var client = new OrreryClient(address, new()
        {
            Token = session.Args.GetValue(_token) ?? session.Host.Environment("ORRERY_SOURCE_TOKEN") ?? same?.Token,
            Username = session.Args.GetValue(_username) ?? session.Host.Environment("ORRERY_SOURCE_USERNAME") ?? same?.Username,
            Password = session.Host.Environment("ORRERY_SOURCE_PASSWORD") ?? same?.Password,
            Time = session.Host.Time,
            Handler = session.Host.Handler?.Invoke(),
        });
        var name = session.Args.GetValue(_sourceName) ?? address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new MlflowSource(client, name, session.Args.GetValue(_files));
    }
}
