using System.CommandLine;
using Orrery.Client;

namespace Orrery.Cli;

/// <summary><c>mlops predict</c>.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var (target, input) = (new DeploymentTarget(), new PredictionInput(withEntities: true));
        var variant = Verb.Text("--variant", "Variant that shall answer, such as canary [default: drawn by the shares]", "name");
        var headers = Verb.Texts("--header", "Another header, such as that of sticky users; may be given again", "name=value");
        var command = new Command(
            "predict",
            """
            Ask a deployed model by the V1 protocol; the answer goes to standard output as JSON.

            Examples:
              mlops predict churn --environment staging --input customers.csv
              mlops predict churn --environment staging --entity customer_id=123
              echo '{"instances": [[5.1, 3.5, 1.4, 0.2]]}' | mlops predict iris --environment staging --input -
            """);
        input.AddTo(target.AddTo(command));
        command.Add(variant);
        command.Add(headers);
        return command.Does(async session =>
        {
            var (environment, name) = (target.Environment(session), target.Name(session));
            var body = await input.ReadAsync(session);
            var options = new AskOptions
            {
                Variant = session.Args.GetValue(variant),
                Headers = session.Args.GetRequiredValue(headers).Select(static text => Verb.Pair(text, "--header")).ToDictionary(static pair => pair.Key, static pair => pair.Value),
            };
            try
            {
                PredictionInput.Write(session, await session.Client.Deployments.PredictAsync(environment, name, body, options, session.Cancel));
            }
            catch (OrreryApiException missing) when (missing.IsNotFound && options.Variant is null)
            {
                // The protocol's refusal is short; this one says what there is.
                await session.Client.Deployments.GetAsync(environment, name, session.Cancel);
                throw;
            }
        });
    }
}
