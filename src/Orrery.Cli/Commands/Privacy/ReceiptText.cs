using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Receipts of erasures, for people and as files.</summary>
internal static class ReceiptText
{
    public static string Write(SubjectReceipt receipt) => JsonSerializer.Serialize(receipt, OrreryJson.Indented.GetTypeInfo(typeof(SubjectReceipt)));

    public static int Show(Session session, SubjectErasure erasure)
    {
        if (erasure.Receipt is not { } receipt)
        {
            session.Output.Line(erasure, erasure.State is "failed" ? $"The erasure {erasure.Id} failed: {erasure.Error}" : $"The erasure {erasure.Id} is {erasure.State}.");
            return erasure.State is "failed" ? ExitCodes.Failed : ExitCodes.Ok;
        }

        session.Output.List(
            erasure,
            receipt.Stores,
            null,
            ("STORE", one => one.Kind),
            ("NAME", one => one.Name),
            ("PROJECT", one => one.Project),
            ("FOUND", one => one.Found.ToString(CultureInfo.InvariantCulture)),
            ("ERASED", one => one.Erased.ToString(CultureInfo.InvariantCulture)),
            ("KEPT", one => one.Kept));
        if (receipt.ModelVersions.Count > 0)
            session.Output.Remark($"Model versions that were trained on the subject: {string.Join(", ", receipt.ModelVersions)}.");
        session.Output.Remark($"Erasure {erasure.Id} is {(receipt.IsComplete ? "complete" : "not complete: something was kept")}, signed with key {receipt.KeyId}.");
        return receipt.IsComplete ? ExitCodes.Ok : ExitCodes.Refused;
    }
}
