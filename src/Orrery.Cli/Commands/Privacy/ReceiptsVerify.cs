using System.CommandLine;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops subjects receipts verify</c>.</summary>
internal static class ReceiptsVerify
{
    public static Command Create()
    {
        var file = Verb.Argument("receipt", "File of the receipt");
        var keys = Verb.Text("--keys", "File with the keys of the audit trail, as /api/v1/audit/keys gives them [default: the server is asked]", "file");
        return new Command("verify", "Check the signature of a receipt. With --keys no server is needed. Ends with 4 when it is not good.") { file, keys }.Does(async session =>
        {
            var receipt = Read<SubjectReceipt>(await File.ReadAllTextAsync(Verb.Existing(session.Args.GetRequiredValue(file)), session.Cancel), "receipt");
            var known = session.Args.GetValue(keys) is { } path
                ? Read<AuditKeyList>(await File.ReadAllTextAsync(Verb.Existing(path), session.Cancel), "list of keys").Keys
                : await session.Client.Audit.ListKeysAsync(session.Cancel);
            var isGood = receipt.IsSignedBy(known);
            session.Output.Line(receipt, isGood ? $"The receipt {receipt.Id} was signed with key {receipt.KeyId} and is as it was signed." : $"The receipt {receipt.Id} is not as key {receipt.KeyId} signed it, or that key is not known.");
            return isGood ? ExitCodes.Ok : ExitCodes.Refused;
        }).Example("mlops subjects receipts verify receipt.json");
    }

    private static T Read<T>(string text, string what)
    {
        try
        {
            return JsonSerializer.Deserialize(text, OrreryJson.TypeOf<T>()) ?? throw new UsageException($"The file is no {what}: it is null.");
        }
        catch (JsonException broken)
        {
            throw new UsageException($"The file is no {what}: {broken.Message}");
        }
    }
}
