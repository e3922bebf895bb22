using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops subjects erase</c>.</summary>
internal static class SubjectsErase
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);

    public static Command Create()
    {
        var subject = SubjectArguments.Create();
        var reason = Verb.Text("--reason", "Why, or the number of the request; nothing personal", "text");
        var principal = Verb.Text("--principal", "Id of the person's account here: the audit trail names them no more", "id");
        var keep = Verb.Flag("--keep-consent", "Do not opt the subject out");
        var receipt = Verb.Text("--receipt", "Write the signed receipt to this file", "file");
        return new Command("erase", "Erase a subject from feature stores, prediction logs and labels, and opt them out. Ends with 4 when something was kept.") { subject, reason, principal, keep, receipt }
            .Asks(session => $"What is known of {string.Join(", ", session.Args.GetValue(subject) ?? [])} is erased for good, from every store.")
            .Does(async session =>
            {
                var args = session.Args;
                var erasure = await session.Client.Privacy.EraseAsync(
                    new()
                    {
                        Subject = SubjectArguments.Read(args.GetRequiredValue(subject)),
                        Reason = args.GetValue(reason),
                        Principal = args.GetValue(principal),
                        KeepsConsent = args.GetValue(keep),
                    },
                    session.Cancel);
                while (erasure.State is "running")
                {
                    await Task.Delay(Look, session.Host.Time, session.Cancel);
                    erasure = await session.Client.Privacy.GetErasureAsync(erasure.Id, session.Cancel);
                }

                if (erasure.Receipt is { } signed && args.GetValue(receipt) is { } file)
                    await File.WriteAllTextAsync(file, ReceiptText.Write(signed), session.Cancel);
                return ReceiptText.Show(session, erasure);
            }).Example("mlops subjects erase customer_id=42 --reason \"ticket 1234\" --receipt receipt.json --yes");
    }
}
