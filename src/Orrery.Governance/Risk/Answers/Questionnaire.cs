using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>The questionnaire that comes with the platform, and what an answer of it gives.</summary>
internal static class Questionnaire
{
    public const string Choice = "choice";
    public const string Choices = "choices";
    public const string Number = "number";
    private const string More = "more";
    private const decimal MostNumber = 1_000_000_000_000_000;

    /// <summary>The questions in their order.</summary>
    public static readonly RiskQuestionnaire Current = Read();

    /// <summary>By id.</summary>
    public static readonly IReadOnlyDictionary<string, RiskQuestion> ById = Current.Questions.ToDictionary(static one => one.Id, StringComparer.Ordinal);

    /// <summary>What an answer stands for; null where it is none. Of several choices the worst comes first.</summary>
    public static IReadOnlyList<RiskChoice>? Find(RiskQuestion question, string answer) => question.Kind switch
    {
        Number => Band(question, answer) is { } band ? [band] : null,
        Choices => Several(question, answer),
        _ => question.Choices.FirstOrDefault(one => one.Value == answer) is { } one ? [one] : null,
    };

    /// <summary>What is wrong with answers; null for nothing. An empty one takes an answer back.</summary>
    public static string? Problem(IReadOnlyDictionary<string, string> answers)
    {
        foreach (var (id, answer) in answers.OrderBy(static one => one.Key, StringComparer.Ordinal))
        {
            if (!ById.TryGetValue(id, out var question))
                return $"There is no question '{Clip(id)}'; there are {string.Join(", ", ById.Keys)}.";
            if (answer is null || (answer.Length > 0 && Find(question, answer) is null))
                return $"'{id}' is '{Clip(answer ?? "")}'; it must be {Told(question)}.";
        }

        return null;
    }

    private static string Told(RiskQuestion question) => question.Kind == Number
        ? $"a number of 0 or more ({question.Unit})"
        : (question.Kind == Choices ? "one or more, with commas, of " : "one of ") + string.Join(", ", question.Choices.Select(static one => one.Value));

    private static RiskChoice? Band(RiskQuestion question, string answer) =>
        decimal.TryParse(answer, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= MostNumber
            ? question.Choices.First(one => one.Value == More || number <= decimal.Parse(one.Value, CultureInfo.InvariantCulture))
            : null;

    // 'none' stands alone: beside another one it says two things.
    private static List<RiskChoice>? Several(RiskQuestion question, string answer)
    {
        var values = answer.Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToList();
        var found = values.Select(value => question.Choices.FirstOrDefault(one => one.Value == value)).OfType<RiskChoice>().OrderByDescending(static one => one.Score).ToList();
        return found.Count != values.Count || (found.Count > 1 && values.Contains("none")) ? null : found;
    }

    private static string Clip(string text) => text.Length > 100 ? text[..100] : text;

    private static RiskQuestionnaire Read()
    {
        using var content = typeof(Questionnaire).Assembly.GetManifestResourceStream("risk.questionnaire.json")!;
        return JsonSerializer.Deserialize(content, OrreryJson.TypeOf<RiskQuestionnaire>())!;
    }
}
