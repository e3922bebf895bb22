using System.Globalization;
using System.Text.RegularExpressions;

namespace Orrery.Governance;

/// <summary>Searches text files for secrets, for code, and for documents that run something when they are opened.</summary>
internal static partial class TextScan
{
    public static void Scan(string path, string text, PackageFacts facts, bool code, Findings findings)
    {
        foreach (var (line, kind, severity) in Secrets.In(text))
            findings.Add(ScanRules.Secret + kind, severity, path, string.Create(CultureInfo.InvariantCulture, $"line {line} seems to hold {Secrets.Describe(kind)}"));
        var name = path[(path.LastIndexOf('!') + 1)..];
        switch (FileKinds.Ending(name).ToUpperInvariant())
        {
            case ".PY":
                Python(path, text, facts, code, findings);
                break;
            case ".HTML" or ".HTM" or ".XHTML" or ".SVG" or ".XML" when Active().IsMatch(text):
                findings.Add(ScanRules.ActiveContent, Severity.Medium, path, "it runs scripts in the browser that opens it");
                break;
            case ".IPYNB" when Notebook().IsMatch(text):
                findings.Add(ScanRules.ActiveContent, Severity.Medium, path, "the notebook has output that runs scripts, or cells that call the shell");
                break;
            default:
                break;
        }
    }

    private static void Python(string path, string text, PackageFacts facts, bool code, Findings findings)
    {
        if (facts.CodeFolder is { } folder && path.StartsWith(folder, StringComparison.Ordinal))
        {
            findings.Add(code ? ScanRules.CodeOwn : ScanRules.CodeRefused, code ? Severity.Low : Severity.High, path,
                code ? "it is code of the model's own, which runs in the sandbox of the Python workers" : "it is code of the model's own, which this server does not allow");
        }

        foreach (var (line, what) in RiskyCode.In(text))
            findings.Add(ScanRules.CodeRisky, Severity.Medium, path, string.Create(CultureInfo.InvariantCulture, $"line {line} uses {what}"));
    }

    [GeneratedRegex(@"<script\b|javascript:|\son(load|error|click|mouseover)\s*=|<iframe\b|<object\b|<embed\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Active();

    [GeneratedRegex(@"<script\b|javascript:|""\s*!\s*\w|application/javascript|%%(bash|sh|script|system)|get_ipython\(\)\.system", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Notebook();
}
