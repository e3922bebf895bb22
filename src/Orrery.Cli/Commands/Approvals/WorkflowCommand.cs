using System.CommandLine;
using System.Globalization;

namespace Orrery.Cli;

/// <summary><c>mlops workflow</c>.</summary>
internal static class WorkflowCommand
{
    public static Command Create() => new("workflow", "Who decides on approvals, and how long they have.") { List(), Show(), Set(), Validate() };

    private static Command List() => new Command("list", "List the workflows of the workspace, with those that are built in.").Example("mlops workflow list").Does(async session =>
    {
        var all = await session.Client.Approvals.ListWorkflowsAsync(session.Cancel);
        session.Output.List(
            all,
            all.Workflows,
            null,
            ("WORKFLOW", static one => one.Name),
            ("VERSION", static one => one.Version == 0 ? "built in" : one.Version.ToString(CultureInfo.InvariantCulture)),
            ("TIERS", static one => string.Join(", ", one.Spec?.Tiers ?? [])),
            ("IN FORCE", static one => one.InForce ? "yes" : "no"),
            ("STAGES", static one => string.Join(" > ", (one.Spec?.Stages ?? []).Select(static stage => stage.Name))),
            ("SET BY", static one => one.SetBy ?? "-"));
    });

    private static Command Show()
    {
        var name = Verb.Argument("name", "Of the workflow");
        var version = new Option<int?>("--version") { Description = "As it was then [default: the newest]", HelpName = "n" };
        return new Command("show", "Print a workflow as YAML, as it is set.") { name, version }.Example("mlops workflow show high-risk").Does(async session =>
        {
            var found = await session.Client.Approvals.GetWorkflowAsync(session.Args.GetRequiredValue(name), session.Args.GetValue(version), session.Cancel);
            session.Output.Text(found, found.Source ?? "");
        });
    }

    private static Command Set()
    {
        var file = Verb.Argument("file", "YAML of the workflow");
        return new Command("set", "Set a workflow of the workspace, as a new version. What is pending keeps the one it began with.") { file }.Example("mlops workflow set board.yaml").Does(async session =>
        {
            var yaml = await File.ReadAllTextAsync(Verb.Existing(session.Args.GetRequiredValue(file)), session.Cancel);
            var spec = await session.Client.Approvals.ValidateWorkflowAsync(yaml, session.Cancel);
            var set = await session.Client.Approvals.SetWorkflowAsync(spec.Name, yaml, session.Cancel);
            session.Output.Line(set, string.Create(CultureInfo.InvariantCulture, $"The workflow {set.Name} is version {set.Version}{(set.InForce ? "" : "; it has no tiers and stands by")}."));
        });
    }

    private static Command Validate()
    {
        var file = Verb.Argument("file", "YAML of the workflow");
        return new Command("validate", "Tell whether a file is a workflow. Ends with 2 when it is not.") { file }.Example("mlops workflow validate board.yaml").Does(async session =>
        {
            var spec = await session.Client.Approvals.ValidateWorkflowAsync(await File.ReadAllTextAsync(Verb.Existing(session.Args.GetRequiredValue(file)), session.Cancel), session.Cancel);
            session.Output.Line(spec, $"{spec.Name} is a workflow.");
        });
    }
}
