using System.CommandLine;

namespace Orrery.Cli;

/// <summary>How verbs are told whom they are about: <c>customer_id=42</c>.</summary>
internal static class SubjectArguments
{
    public static Argument<string[]> Create(int least = 1) => Verb.Arguments("subject", "Columns of an entity's key and their values, as customer_id=42", least);

    public static Dictionary<string, string> Read(string[] parts) =>
        parts.Select(static part => Verb.Pair(part, "subject")).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);
}
