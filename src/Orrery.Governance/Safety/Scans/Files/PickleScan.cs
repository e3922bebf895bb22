namespace Orrery.Governance;

/// <summary>Follows the pickles of a file: several may stand one after another.</summary>
internal static class PickleScan
{
    private const int MostPickles = 1000;

    /// <param name="path">Of the file, for what is found.</param>
    /// <param name="file">From its beginning.</param>
    /// <param name="isNamed">It is a pickle by its name or by what the package says; else it is one only when it looks like it.</param>
    /// <param name="settings">What it may do.</param>
    /// <param name="findings">What is found.</param>
    /// <param name="cancel">Breaks off.</param>
    public static void Scan(string path, Stream file, bool isNamed, PickleSettings settings, Findings findings, CancellationToken cancel)
    {
        var reader = new ByteReader(file, ScanLimits.Bytes);
        for (var count = 0; !reader.IsAtEnd; count++)
        {
            if (count == MostPickles)
                throw new ScanLimitException($"It has more than {MostPickles} pickles.");
            var hasHeader = reader.Peek() == 0x80;
            var report = PickleMachine.Follow(reader, settings, cancel);
            if (isNamed || (report.IsLikely && report.Calls) || (hasHeader && report.Ended))
                Tell(path, report, settings, findings);
            if (report.Ended)
                continue;
            if (count > 0)
                findings.Add(ScanRules.PickleTail, Severity.Low, path, "bytes follow the end of the pickle, which loaders do not read");
            else if (isNamed)
                findings.Add(ScanRules.PickleUnreadable, Severity.High, path, $"it is called a pickle and cannot be followed to its end: {report.Broken}");
            return;
        }
    }

    private static void Tell(string path, PickleReport report, PickleSettings settings, Findings findings)
    {
        foreach (var (rule, what) in report.Problems)
            findings.Add(rule, rule == ScanRules.CodeRisky ? Severity.Medium : Severity.Critical, path, what);
        if (report.BringsCode && settings.Code)
            findings.Add(ScanRules.PickleCode, Severity.Low, path, "it brings functions of its own, which run in the sandbox of the Python workers");
    }
}
