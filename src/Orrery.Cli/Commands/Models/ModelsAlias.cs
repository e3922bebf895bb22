using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops models alias</c>.</summary>
internal static class ModelsAlias
{
    public static Command Create()
    {
        var named = ModelsCommand.Named();
        var alias = Verb.Argument("alias", "Letters, digits, _ and -");
        var version = new Argument<string?>("version") { Description = "Number of the version to point at", DefaultValueFactory = _ => null };
        var delete = Verb.Flag("--delete", "Remove the alias instead");
        return new Command("alias", "Point an alias at a version, or remove it.") { named, alias, version, delete }.Does(async session =>
        {
            var name = session.Args.GetRequiredValue(named);
            var pointer = session.Args.GetRequiredValue(alias);
            if (session.Args.GetValue(delete))
            {
                await session.Client.Models.DeleteAliasAsync(name, pointer, session.Cancel);
                session.Output.Line(new DeleteModelAlias(name, pointer), $"Removed alias '{pointer}' of '{name}'.");
                return;
            }

            var number = session.Args.GetValue(version)
                ?? throw new UsageException("Give the version that the alias shall point at, or --delete.");
            await session.Client.Models.SetAliasAsync(name, pointer, number, session.Cancel);
            session.Output.Line(new SetModelAlias(name, pointer, number), $"'{name}@{pointer}' is version {number}.");
        });
    }
}
