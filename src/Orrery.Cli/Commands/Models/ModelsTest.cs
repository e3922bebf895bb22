using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops models test</c>.</summary>
internal static class ModelsTest
{
    public static Command Create()
    {
        var (named, version, input) = (ModelsCommand.Named(), Verb.Argument("version", "Number of the version, or latest"), new PredictionInput());
        var output = Verb.Text("--output", "Output to give, such as probabilities [default: all of the model's]", "name");
        var command = new Command(
            "test",
            """
            Ask a version without deploying it: the server loads it for this, as it would to serve it.

            Example:
              mlops models test churn 3 --input customers.csv
            """)
        {
            named, version,
        };
        input.AddTo(command).Add(output);
        return command.Does(async session =>
        {
            var body = await input.ReadAsync(session);
            var found = await VersionChoice.FindAsync(session, session.Args.GetRequiredValue(named), session.Args.GetRequiredValue(version));
            PredictionInput.Write(session, await session.Client.Deployments.TestAsync(found.Name, found.Version, body, session.Args.GetValue(output), session.Cancel));
        });
    }
}
