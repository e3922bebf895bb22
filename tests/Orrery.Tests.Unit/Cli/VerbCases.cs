using System.CommandLine;
using System.Globalization;

namespace Orrery.Tests.Unit;

/// <summary>Command lines of every verb, made of what the verb says it needs.</summary>
internal static class VerbCases
{
    /// <summary>The command line of a verb.</summary>
    public static VerbCase Of(string words, Command verb, VerbFiles files)
    {
        string[] told = [.. words.Split(' '), .. Needed(verb), .. Option(verb, "--yes"), .. Option(verb, "--no-wait")];
        return Special(words, told, files) ?? new VerbCase(told);
    }

    private static VerbCase? Special(string words, string[] told, VerbFiles files) => words switch
    {
        "help" => new(["help", "exit-codes"]) { IsText = true, IsLocal = true },
        "completion" => new(["completion", "bash"]) { IsText = true, IsLocal = true },
        _ => null,
    };

    private static string[] Option(Command verb, string name) => verb.Options.Any(one => one.Name == name) ? [name] : [];

    /// <summary>The arguments and options that a verb cannot do without, with values that fit their names.</summary>
    public static IEnumerable<string> Needed(Command verb)
    {
        foreach (var option in verb.Options.Where(static one => one.Required))
        {
            yield return option.Name;
            yield return Value(option.Name.TrimStart('-'));
        }

        foreach (var argument in verb.Arguments)
        {
            for (var i = 0; i < Math.Max(argument.Arity.MinimumNumberOfValues, argument.Name is "subject" ? 1 : 0); i++)
                yield return Value(argument.Name, i);
        }
    }

    private static string Value(string name, int at = 0) => name switch
    {
        "subject" => "customer_id=42",
        "entity" => "customer_id=42",
        "environment" or "e" => "staging",
        "version" or "revision" or "step" => (at + 3).ToString(CultureInfo.InvariantCulture),
        "model" or "name" => "churn",
        "code" => "123456",
        _ => string.Create(CultureInfo.InvariantCulture, $"{name}{at}"),
    };
}
