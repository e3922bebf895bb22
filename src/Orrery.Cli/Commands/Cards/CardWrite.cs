using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops card write</c>.</summary>
internal static class CardWrite
{
    public static Command Create()
    {
        var model = CardCommand.Model();
        var version = Verb.Text("--version", "The version that it is about; without it all versions of the model", "n");
        var field = Verb.Texts("--field", "A field and its Markdown: intended_use.primary_uses=Calls to customers; @file reads a file, nothing takes the text back", "path=text");
        return new Command("write", "Write what people must say on a card.") { model, version, field }
            .Example("mlops card write churn-predictor --field intended_use.primary_uses=\"Whom to call\" --field considerations.limitations=@limits.md")
            .Does(async session =>
            {
                var texts = new Dictionary<string, string?>();
                foreach (var given in session.Args.GetValue(field) ?? [])
                {
                    var (path, text) = Verb.Pair(given, "--field");
                    texts[path] = text.StartsWith('@') ? await File.ReadAllTextAsync(Verb.Existing(text[1..]), session.Cancel) : text;
                }

                if (texts.Count == 0)
                    throw new UsageException("Name what to write: --field intended_use.primary_uses=\"...\".");
                await session.Client.Cards.WriteAsync(
                    session.Args.GetRequiredValue(model), new CardTexts { Fields = texts, Version = session.Args.GetValue(version) }, session.Cancel);
                session.Output.Done(session.Args.GetRequiredValue(model), "written", $"Written: {string.Join(", ", texts.Keys)}.");
            });
    }
}
