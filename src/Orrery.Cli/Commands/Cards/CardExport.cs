using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops card export</c>.</summary>
internal static class CardExport
{
    public static Command Create()
    {
        var (model, version) = (CardCommand.Model(), CardCommand.Version());
        var format = Verb.Text("--format", "html (default), markdown (Hugging Face) or mct (Model Card Toolkit)", "format");
        var output = Verb.Text("--output", "File to write; without it the card is printed", "file");
        return new Command("export", "Write a card as a document of its own.") { model, version, format, output }
            .Example("mlops card export churn-predictor 1 --output card.html")
            .Does(async session =>
            {
                var text = await session.Client.Cards.RenderAsync(
                    session.Args.GetRequiredValue(model), session.Args.GetRequiredValue(version), session.Args.GetValue(format) ?? "html", session.Cancel);
                if (session.Args.GetValue(output) is not { } file)
                {
                    session.Output.Raw(text);
                    return;
                }

                await File.WriteAllTextAsync(file, text, session.Cancel);
                session.Output.Done(file, "written", $"Written to {file}.");
            });
    }
}
