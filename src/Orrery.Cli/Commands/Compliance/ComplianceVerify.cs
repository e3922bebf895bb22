using System.CommandLine;
using System.Text;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops compliance verify</c>.</summary>
internal static class ComplianceVerify
{
    public static Command Create()
    {
        var file = Verb.Argument("report", "File of the report, JSON or HTML");
        var keys = Verb.Text("--keys", "File with the keys of the audit trail, as /api/v1/audit/keys gives them [default: the server is asked]", "file");
        return new Command("verify", "Check the hash and the signature of a report. With --keys no server is needed. Ends with 4 when they are not good.") { file, keys }
            .Example("mlops compliance verify report.html --keys keys.json").Does(async session =>
            {
                var text = await File.ReadAllTextAsync(Verb.Existing(session.Args.GetRequiredValue(file)), session.Cancel);
                var (seal, isWhole) = Read(text);
                var known = session.Args.GetValue(keys) is { } path
                    ? Keys(await File.ReadAllTextAsync(Verb.Existing(path), session.Cancel))
                    : await session.Client.Audit.ListKeysAsync(session.Cancel);
                var isSigned = seal.IsSignedBy(known);
                session.Output.Line(seal, !isWhole ? $"The report {seal.Id} was changed: its hash is not the one that was signed."
                    : isSigned ? $"The report {seal.Id} was signed with key {seal.KeyId} and is as it was signed."
                    : $"The signature of report {seal.Id} is not that of key {seal.KeyId}, or that key is not known.");
                return isWhole && isSigned ? ExitCodes.Ok : ExitCodes.Refused;
            });
    }

    private static (ComplianceSeal Seal, bool IsWhole) Read(string text)
    {
        if (ComplianceSeal.Split(text) is { } page)
            return (page.Seal, ComplianceSeal.Hash(Encoding.UTF8.GetBytes(page.Html)) == page.Seal.HtmlSha256);
        try
        {
            using var parsed = JsonDocument.Parse(text);
            if (parsed.RootElement.ValueKind is not JsonValueKind.Object || !parsed.RootElement.TryGetProperty("document", out var document) || !parsed.RootElement.TryGetProperty("seal", out var sealing))
                throw new UsageException("The file is no report: it carries no seal.");
            var seal = sealing.Deserialize(OrreryJson.TypeOf<ComplianceSeal>()) ?? throw new UsageException("The file is no report: its seal is null.");
            var canonical = new StringBuilder();
            CanonicalJson.Append(canonical, document);
            return (seal, ComplianceSeal.Hash(Encoding.UTF8.GetBytes(canonical.ToString())) == seal.DocumentSha256);
        }
        catch (JsonException)
        {
            throw new UsageException("The file is no report: it is neither JSON nor a page with a seal.");
        }
    }

    private static IReadOnlyList<AuditKey> Keys(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, OrreryJson.TypeOf<AuditKeyList>())?.Keys ?? [];
        }
        catch (JsonException broken)
        {
            throw new UsageException($"The file is no list of keys: {broken.Message}");
        }
    }
}
