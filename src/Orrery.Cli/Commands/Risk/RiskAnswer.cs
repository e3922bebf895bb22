using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops risk answer</c>.</summary>
internal static class RiskAnswer
{
    public static Command Create()
    {
        var model = RiskCommand.Model();
        var version = Verb.Text("--version", "The version that it is about; without it all versions of the model", "n");
        var set = Verb.Texts("--set", "A question and its answer; nothing after = takes the answer back. May be given again", "question=answer");
        var file = Verb.Text("--file", "YAML or JSON with an answer by question", "path");
        var note = Verb.Text("--note", "Why", "text");
        return new Command("answer", "Answer questions about a model; without answers show the questions and what was answered.") { model, version, set, file, note }
            .Example("mlops risk answer churn-predictor --set financial_impact=250000 --set criticality=supporting")
            .Does(async session =>
            {
                var name = session.Args.GetRequiredValue(model);
                var answers = session.Args.GetValue(file) is { } path ? Read(await File.ReadAllTextAsync(Verb.Existing(path), session.Cancel)) : [];
                foreach (var given in session.Args.GetValue(set) ?? [])
                {
                    var (question, answer) = Verb.Pair(given, "--set");
                    answers[question] = answer;
                }

                var standing = answers.Count == 0
                    ? await session.Client.Risk.AnswersAsync(name, session.Args.GetValue(version), session.Cancel)
                    : await session.Client.Risk.AnswerAsync(name, new SetRiskAnswers { Version = session.Args.GetValue(version), Answers = answers, Note = session.Args.GetValue(note) }, session.Cancel);
                var asked = await session.Client.Risk.QuestionnaireAsync(name, session.Cancel);
                session.Output.List(
                    standing, asked.Questions, null,
                    ("QUESTION", static one => one.Id),
                    ("ANSWER", one => standing.Answers.GetValueOrDefault(one.Id) ?? "(none: counts 10)"),
                    ("MAY BE", static one => one.Kind == "number" ? one.Unit : string.Join(", ", one.Choices.Select(static choice => choice.Value))));
                if (standing.Unanswered.Count > 0)
                    session.Output.Remark($"Without an answer: {string.Join(", ", standing.Unanswered)}.");
            });
    }

    private static Dictionary<string, string> Read(string text)
    {
        var root = YamlFile.Read(text);
        if (root.Fields is not { } fields || fields.Any(static field => field.Value.Text is null && field.Value.Items is null))
            throw new UsageException("The file must have a line 'question: answer' for each answer.");
        return fields.ToDictionary(static field => field.Key, static field => field.Value.Items is { } items ? string.Join(",", items.Select(static one => one.Text)) : field.Value.Text!);
    }
}
