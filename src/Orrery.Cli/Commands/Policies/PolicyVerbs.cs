using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Verbs of <c>mlops policy</c> about the policies themselves.</summary>
internal static class PolicyVerbs
{
    public static Command List() => new Command("list", "List the policies of the workspace.").Example("mlops policy list").Does(async session =>
    {
        var found = await session.Client.Policies.ListAsync(session.Cancel);
        session.Output.List(
            found, found.Policies, null,
            ("NAME", static one => one.Name),
            ("VERSION", static one => one.Policy.Version),
            ("IN FORCE", static one => one.Enabled ? "yes" : "no"),
            ("RULES", static one => one.Policy.Rules.Count.ToString(CultureInfo.InvariantCulture)),
            ("REVISION", static one => one.Revision.ToString(CultureInfo.InvariantCulture)),
            ("BY", static one => one.ChangedBy));
        session.Output.Remark($"In force: {found.Sha256}");
    });

    public static Command Show()
    {
        var name = Verb.Argument("name", "The policy");
        var revision = new Option<long?>("--revision") { Description = "Of the policy; the newest by default", HelpName = "n" };
        return new Command("show", "Show a policy and its rules.") { name, revision }.Example("mlops policy show soc2").Does(async session =>
        {
            var found = await session.Client.Policies.GetAsync(session.Args.GetRequiredValue(name), session.Args.GetValue(revision), session.Cancel);
            session.Output.List(
                found, found.Policy.Rules, null,
                ("RULE", static rule => rule.Id),
                ("SEVERITY", static rule => rule.Severity),
                ("WHEN", static rule => rule.When ?? "always"),
                ("REQUIRES", static rule => rule.Require));
            session.Output.Remark(string.Create(
                CultureInfo.InvariantCulture, $"{found.Name} {found.Policy.Version}, revision {found.Revision}, {(found.Enabled ? "in force" : "not in force")}; applies when {found.Policy.AppliesWhen ?? "always"}."));
        });
    }

    public static Command Set()
    {
        var file = PolicyCommand.File();
        var note = Verb.Text("--note", "Why", "text");
        return new Command("set", "Set a policy and have it in force.") { file, note }.Example("mlops policy set bank.policy.yaml --note \"As decided in May\"").Does(async session =>
        {
            var policy = await YamlFile.ReadAsync<PolicyDocument>(session.Args.GetRequiredValue(file), session.Cancel);
            Say(session, await session.Client.Policies.SetAsync(new SetPolicy { Policy = policy, Note = session.Args.GetValue(note) }, session.Cancel));
        });
    }

    public static Command Remove()
    {
        var name = Verb.Argument("name", "The policy");
        return new Command("remove", "Take a policy out of force; its revisions stay.") { name }
            .Asks(session => $"The policy '{session.Args.GetValue(name)}' holds nothing back from now on.").Example("mlops policy remove bank --yes").Does(async session =>
            Say(session, await session.Client.Policies.DisableAsync(session.Args.GetRequiredValue(name), session.Cancel)));
    }

    public static Command Packs() => new Command("packs", "List the policies that come with the platform.").Example("mlops policy packs").Does(async session =>
    {
        var found = await session.Client.Policies.PacksAsync(session.Cancel);
        session.Output.List(
            found, found.Packs, null,
            ("NAME", static one => one.Name),
            ("FRAMEWORK", static one => one.Policy.Framework),
            ("VERSION", static one => one.Policy.Version),
            ("IN FORCE", static one => one.Enabled ? "yes" : "no"),
            ("RULES", static one => one.Policy.Rules.Count.ToString(CultureInfo.InvariantCulture)));
    });

    public static Command Enable()
    {
        var pack = Verb.Argument("pack", "The pack");
        return new Command("enable", "Put a pack in force.") { pack }.Example("mlops policy enable eu-ai-act").Does(async session =>
            Say(session, await session.Client.Policies.EnableAsync(session.Args.GetRequiredValue(pack), session.Cancel)));
    }

    public static Command Diff()
    {
        var name = Verb.Argument("name", "The policy");
        var from = new Option<long?>("--from") { Description = "The older revision; the one before by default", HelpName = "n" };
        var to = new Option<long?>("--to") { Description = "The newer revision; the newest by default", HelpName = "n" };
        return new Command("diff", "Show what differs between two revisions of a policy.") { name, from, to }.Example("mlops policy diff bank --from 1 --to 3").Does(async session =>
        {
            var found = await session.Client.Policies.DiffAsync(session.Args.GetRequiredValue(name), session.Args.GetValue(from), session.Args.GetValue(to), session.Cancel);
            session.Output.List(found, found.Changes, null, ("PATH", static one => one.Path), ("BEFORE", static one => one.Before), ("AFTER", static one => one.After));
        });
    }

    private static void Say(Session session, PolicyInfo info) => session.Output.Line(info, string.Create(
        CultureInfo.InvariantCulture, $"Policy {info.Name} {info.Policy.Version} is {(info.Enabled ? "in force" : "not in force")}, revision {info.Revision}."));
}
