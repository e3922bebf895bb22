using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops subjects</c>.</summary>
internal static class SubjectsCommand
{
    public static Command Create() => new("subjects", "People and others whom data is about: opt-outs, erasure, receipts.")
    {
        SubjectsOptOut.Create(),
        SubjectsOptIn.Create(),
        SubjectsOptOuts.Create(),
        SubjectsErase.Create(),
        new Command("receipts", "Signed receipts of erasures.")
        {
            ReceiptsList.Create(),
            ReceiptsShow.Create(),
            ReceiptsVerify.Create(),
        },
    };
}
