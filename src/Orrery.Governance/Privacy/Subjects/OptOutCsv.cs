using System.Text;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Reads lists of subjects: CSV of RFC 4180 with a line of names.</summary>
internal static class OptOutCsv
{
    private const string Code = "governance.invalid_opt_outs";
    private const string PurposeColumn = "purpose";
    private const string ReasonColumn = "reason";

    /// <summary>Reads them; <c>governance.invalid_opt_outs</c>.</summary>
    public static Result<List<OptOutSubject>> Read(string text)
    {
        var at = 0;
        if (Line(text, ref at) is not { } names || names.Count == 0 || names.Distinct(StringComparer.Ordinal).Count() != names.Count)
            return Failure.Invalid(Code, "The list must begin with a line of different names: those of the key's columns, and 'purpose' and 'reason' if they are there.");
        var subjects = new List<OptOutSubject>();
        while (Line(text, ref at) is { } cells)
        {
            if (cells is [""])
                continue;
            if (cells.Count != names.Count)
                return Failure.Invalid(Code, $"Line {subjects.Count + 2} has {cells.Count} cells, and there are {names.Count} names.");
            if (subjects.Count == OptOuts.MostRows)
                return new Failure(FailureKind.TooLarge, Code, $"A list may have {OptOuts.MostRows} lines; send it in parts.");
            var row = names.Zip(cells).ToDictionary(static pair => pair.First, static pair => pair.Second, StringComparer.Ordinal);
            subjects.Add(new()
            {
                Subject = row.Where(static pair => pair.Key is not (PurposeColumn or ReasonColumn)).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal),
                Purpose = row.GetValueOrDefault(PurposeColumn) is { Length: > 0 } purpose ? purpose : OptOutRow.Everything,
                Reason = row.GetValueOrDefault(ReasonColumn) is { Length: > 0 } reason ? reason : null,
            });
        }

        return subjects.Count > 0 ? subjects : Failure.Invalid(Code, "The list has no lines below its names.");
    }

    private static List<string>? Line(string text, ref int at)
    {
        if (at >= text.Length)
            return null;
        var cells = new List<string>();
        var cell = new StringBuilder();
        for (var isQuoted = false; ; at++)
        {
            if (at >= text.Length || (!isQuoted && text[at] is '\n' or ',' or '\r'))
            {
                cells.Add(cell.ToString());
                cell.Clear();
                if (at < text.Length && text[at] is ',')
                    continue;
                at += at + 1 < text.Length && text[at] is '\r' && text[at + 1] is '\n' ? 2 : 1;
                return cells;
            }

            if (text[at] is not '"')
                cell.Append(text[at]);
            else if (isQuoted && at + 1 < text.Length && text[at + 1] is '"')
                cell.Append(text[at++]);
            else
                isQuoted = !isQuoted;
        }
    }
}
