using Orrery.Features;

namespace Orrery.Serving;

/// <summary>Whether the header that says whom a prediction is about names somebody who has opted out.</summary>
internal static class SubjectHeader
{
    /// <summary>Refuses <c>customer_id=123</c> or <c>a=1,b=2</c> when one of the keys in it has opted out.</summary>
    /// <exception cref="RefusedException">It has.</exception>
    public static void Check(SubjectIndex index, string header)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in header.Split(','))
        {
            if (part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                given[part[..at].Trim()] = part[(at + 1)..].Trim();
        }

        foreach (var group in index.Groups)
        {
            if (group.Columns.All(given.ContainsKey) && group.Contains([.. group.Columns.Select(column => given[column])]))
                throw LookupSubjects.Refusal($"the subject of header {Predictor.EntityHeader}");
        }
    }
}
