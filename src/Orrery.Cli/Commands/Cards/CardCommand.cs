using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops card</c>.</summary>
internal static class CardCommand
{
    public static Command Create() => new("card", "Model cards: what is known about a version, and what people must say about it.")
    {
        CardShow.Create(),
        CardWrite.Create(),
        CardExport.Create(),
        CardSnapshots.Take(),
        CardSnapshots.List(),
        CardDiffShow.Create(),
    };

    public static Argument<string> Model() => Verb.Argument("model", "The registered model");

    public static Argument<string> Version() => Verb.Argument("version", "Number of its version");
}
