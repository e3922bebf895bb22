using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops models delete</c>.</summary>
internal static class ModelsDelete
{
    public static Command Create()
    {
        var named = ModelsCommand.Named();
        var version = Verb.Text("--version", "Only this version", "n");
        return new Command("delete", "Delete a registered model with all its versions, or one version, for good.") { named, version }
            .Asks(session => session.Args.GetValue(version) is { } one
                ? $"Version {one} of '{session.Args.GetValue(named)}' and its files are deleted for good."
                : $"The model '{session.Args.GetValue(named)}', all its versions and their files are deleted for good.")
            .Example("mlops models delete churn --version 2 --yes").Does(async session =>
        {
            var name = session.Args.GetRequiredValue(named);
            if (session.Args.GetValue(version) is { } number)
            {
                await session.Client.Versions.DeleteAsync(name, number, session.Cancel);
                session.Output.Line(new ModelVersionRef(name, number), $"Deleted version {number} of '{name}'.");
                return;
            }

            await session.Client.Models.DeleteAsync(name, session.Cancel);
            session.Output.Line(new RegisteredModelRef(name), $"Deleted '{name}'.");
        });
    }
}
