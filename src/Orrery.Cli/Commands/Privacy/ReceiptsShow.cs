using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops subjects receipts show</c>.</summary>
internal static class ReceiptsShow
{
    public static Command Create()
    {
        var erasure = Verb.Argument("erasure", "Id of the erasure");
        var file = Verb.Text("--out", "Write the signed receipt to this file", "file");
        return new Command("show", "Show what an erasure did. Ends with 4 when something was kept.") { erasure, file }.Does(async session =>
        {
            var found = await session.Client.Privacy.GetErasureAsync(session.Args.GetRequiredValue(erasure), session.Cancel);
            if (found.Receipt is { } receipt && session.Args.GetValue(file) is { } path)
                await File.WriteAllTextAsync(path, ReceiptText.Write(receipt), session.Cancel);
            return ReceiptText.Show(session, found);
        }).Example("mlops subjects receipts show 0190b3d2c4f17a5e8b6c1d2e3f405162 --out receipt.json");
    }
}
