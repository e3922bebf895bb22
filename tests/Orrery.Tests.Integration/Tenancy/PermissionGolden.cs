using Orrery.Tenancy;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>
/// What was agreed on: which permission each endpoint asks for (<c>permissions.golden.tsv</c>) and which roles give it
/// (<c>roles.golden.tsv</c>). Read from the files, never from the server, so that a wrong permission is seen.
/// </summary>
internal static class PermissionGolden
{
    private const string Switch = "ORRERY_WRITE_GOLDEN";
    private static readonly string EndpointFile = PathOf("permissions.golden.tsv");
    private static readonly string RoleFile = PathOf("roles.golden.tsv");

    /// <summary>Permission, or <c>open</c>, by method and route.</summary>
    public static Dictionary<string, string> Endpoints() =>
        Rows(EndpointFile).ToDictionary(static row => $"{row[0]} {row[1]}", static row => row[2], StringComparer.Ordinal);

    public static void AssertEndpoints(IEnumerable<(string Method, string Route, string Permission, string? ObjectKind)> mapped) => AssertSame(
        EndpointFile,
        "method\troute\tpermission\tobject kind",
        mapped.Select(static one => $"{one.Method}\t{one.Route}\t{one.Permission}\t{one.ObjectKind ?? "-"}").Order(StringComparer.Ordinal));

    public static void AssertRoles() => AssertSame(
        RoleFile,
        "permission\tscope\troles",
        PermissionCatalogue.All.Select(static (permission, index) =>
        {
            var roles = Roles.All.Where(role => role.Permissions.Has(index)).Select(static role => role.Name);
            return $"{permission.Name}\t{permission.Scope.ToString().ToLowerInvariant()}\t{string.Join(' ', roles)}";
        }));

    /// <summary>What a caller is told who has a role in the workspace; null: nobody, <c>stranger</c>: of another workspace.</summary>
    public static string Expected(string? role, string permission)
    {
        if (role is null)
            return "unauthenticated";
        var row = Rows(RoleFile).Single(row => row[0] == permission);
        if (row[1] == "self")
            return "let in";
        if (role == "stranger")
            return row[1] == "platform" ? "denied" : "no such workspace";
        var given = row[2].Split(' ').Contains(role) && (row[1] == "workspace" || role == Roles.PlatformAdmin);
        return given ? "let in" : "denied";
    }

    private static void AssertSame(string file, string head, IEnumerable<string> rows)
    {
        string[] actual = [head, .. rows];
        if (Environment.GetEnvironmentVariable(Switch) == "1")
            File.WriteAllLines(file, actual);
        var agreed = File.ReadAllLines(file);
        var (gone, come) = (agreed.Except(actual).ToList(), actual.Except(agreed).ToList());
        Assert.True(
            gone.Count + come.Count == 0 && agreed.Length == actual.Length,
            $"""
            {Path.GetFileName(file)} says otherwise than the server. If it is meant, run the test once with {Switch}=1 and review the change as you would one of the code.
            Agreed and not there:
              {string.Join("\n  ", gone)}
            There and not agreed:
              {string.Join("\n  ", come)}
            """);
    }

    private static IEnumerable<string[]> Rows(string file) => File.ReadLines(file).Skip(1).Select(static line => line.Split('\t'));

    private static string PathOf(string name) => Repository.PathOf("tests", "Orrery.Tests.Integration", "Tenancy", name);
}
