using System.Xml.Linq;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Who may reference whom. References point down this table and nowhere else.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Kernel"] = [],
        ["Contracts"] = [],
        ["Storage"] = ["Kernel"],
        ["Native"] = [],
        ["Statistics"] = [],
        ["Audit"] = ["Kernel", "Contracts", "Storage"],
        ["Tenancy"] = ["Kernel", "Contracts", "Storage", "Audit"],
        ["Lineage"] = ["Kernel", "Contracts", "Storage", "Audit", "Tenancy"],
        ["Features"] = ["Kernel", "Contracts", "Storage", "Audit", "Tenancy", "Lineage", "Native"],
        ["Tracking"] = ["Kernel", "Contracts", "Storage", "Audit", "Tenancy", "Lineage", "Statistics"],
        ["Registry"] = ["Kernel", "Contracts", "Storage", "Audit", "Tenancy", "Lineage", "Features", "Tracking"],
        ["Serving"] = ["Kernel", "Contracts", "Storage", "Audit", "Tenancy", "Lineage", "Native", "Features", "Registry"],
        ["Governance"] = ["Kernel", "Contracts", "Storage", "Audit", "Tenancy", "Lineage", "Native", "Statistics", "Features", "Tracking", "Registry", "Serving"],
        ["Delivery"] = ["Kernel", "Contracts", "Storage", "Audit", "Tenancy", "Lineage", "Statistics", "Features", "Tracking", "Registry", "Serving", "Governance"],
        ["Web"] = ["Kernel", "Contracts", "Client", "Tenancy"],
        ["Server"] = ["Kernel", "Contracts", "Storage", "Audit", "Tenancy", "Lineage", "Native", "Features", "Tracking", "Registry", "Serving", "Governance", "Delivery", "Web"],
        ["Client"] = ["Contracts"],
        ["Cli"] = ["Client", "Contracts"],
    };

    [Fact]
    public void References_point_down_the_table() => Rule.Holds(
        from project in Projects()
        from used in project.Uses
        where Allowed.TryGetValue(project.Name, out var allowed) && !allowed.Contains(used)
        select $"Orrery.{project.Name} references Orrery.{used}.",
        "A module reaches down only; going up takes an interface declared below, telling many takes an event. If the reference is right, "
        + "add it to this table, to ARCHITECTURE.md (Modules) and to an ADR.");

    [Fact]
    public void Every_project_of_src_is_in_the_table() => Rule.Holds(
        Projects().Where(project => !Allowed.ContainsKey(project.Name)).Select(project => $"Orrery.{project.Name} is not in the table."),
        "Add it to this table and to ARCHITECTURE.md (Modules), on the lowest tier that its references allow.");

    [Fact]
    public void The_table_names_projects_that_exist() => Rule.Holds(
        Allowed.Keys.Except(Projects().Select(project => project.Name)).Select(name => $"There is no src/Orrery.{name}."),
        "Remove it from the table; it comes back with the project.");

    [Fact]
    public void The_table_has_no_cycle()
    {
        var placed = new HashSet<string>();
        while (Allowed.FirstOrDefault(entry => !placed.Contains(entry.Key) && entry.Value.All(placed.Contains)).Key is { } next)
            placed.Add(next);

        Rule.Holds(Allowed.Keys.Except(placed).Select(name => $"Orrery.{name} is on a cycle or above one."), "Break the cycle in the table.");
    }

    [Fact]
    public void Undeclared_references_do_not_compile()
    {
        var properties = XDocument.Load(Repository.PathOf("Directory.Build.props"));

        Assert.Equal("true", properties.Descendants("DisableTransitiveProjectReferences").Single().Value);
    }

    private static IEnumerable<(string Name, string[] Uses)> Projects() =>
        from file in SourceFile.All(".csproj")
        where file.Module is not null
        select (file.Module, XDocument.Parse(file.Text).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Select(name => name.StartsWith("Orrery.", StringComparison.Ordinal) ? name["Orrery.".Length..] : name)
            .ToArray());
}
