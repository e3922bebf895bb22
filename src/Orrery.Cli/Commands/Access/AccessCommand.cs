using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops access</c>: who may do what in a workspace.</summary>
internal static class AccessCommand
{
    private static readonly Option<bool> Everywhere = Verb.Flag("--everywhere", "On the platform as a whole, not in one workspace");

    public static Command Create() => new("access", "Who may do what: roles, grants and shares of the workspace of --workspace.")
    {
        List(),
        Grant(),
        Share(),
        Revoke(),
        Roles(),
        Shared(),
    };

    private static Command List()
    {
        var listing = new Listing();
        var on = Verb.Text("--object", "Only grants on the object of this id", "id");
        return listing.AddTo(new("list", "List the grants.") { Everywhere, on }, search: false).Does(async session =>
        {
            var page = await session.Client.Access.ListGrantsPageAsync(
                session.Args.GetValue(on), Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Args.GetValue(Everywhere), session.Cancel);
            session.Output.List(
                page,
                page.Grants,
                page.NextPageToken,
                ("ID", grant => grant.GrantId),
                ("TO", grant => grant.SubjectKind == "workspace" ? $"workspace {grant.Subject}" : grant.Subject),
                ("ROLE", grant => grant.Role),
                ("ON", grant => On(grant)),
                ("BY", grant => grant.GrantedBy),
                ("UNTIL", grant => Printable.Time(grant.ExpiresAt)));
        });
    }

    private static Command Grant()
    {
        var subject = Verb.Argument("subject", "Name of a person, service account or group");
        var role = Verb.Argument("role", "viewer, data-scientist, ml-engineer, model-owner, auditor, workspace-admin, or a role of the workspace's own");
        var on = Verb.Text("--on", "One object only: experiment/ID, model/NAME or feature-view/PROJECT/NAME", "object");
        var expires = Verb.Text("--expires", "When it ends: 2027-01-31 or 2027-01-31T12:00:00Z", "time");
        return new Command("grant", "Give somebody a role.") { subject, role, on, expires, Everywhere }.Does(async session =>
        {
            var (kind, id) = Target(session.Args.GetValue(on));
            var given = await session.Client.Access.GrantAsync(
                new()
                {
                    Subject = session.Args.GetValue(subject)!,
                    Role = session.Args.GetValue(role)!,
                    ObjectKind = kind,
                    ObjectId = id,
                    ExpiresAt = Time(session.Args.GetValue(expires)),
                },
                session.Args.GetValue(Everywhere),
                session.Cancel);
            Show(session, given);
        });
    }

    private static Command Share()
    {
        var on = Verb.Argument("object", "experiment/ID, model/NAME or feature-view/PROJECT/NAME");
        var with = Verb.Argument("with", "Name of the workspace to share with");
        return new Command("share", "Let everybody of another workspace read one object.") { on, with }.Does(async session =>
        {
            var (kind, id) = Target(session.Args.GetValue(on));
            var given = await session.Client.Access.GrantAsync(
                new() { SubjectKind = "workspace", Subject = session.Args.GetValue(with)!, Role = "viewer", ObjectKind = kind, ObjectId = id },
                cancel: session.Cancel);
            Show(session, given);
        });
    }

    private static Command Revoke()
    {
        var id = Verb.Argument("grant", "Id of the grant");
        return new Command("revoke", "Take a role or a share back, at once on every server.") { id, Everywhere }
            .Asks(session => $"Whoever has the grant {session.Args.GetValue(id)} loses it at once.").Example("mlops access revoke 0198f3a2c4d5 --yes").Does(async session =>
        {
            await session.Client.Access.RevokeAsync(session.Args.GetValue(id)!, session.Args.GetValue(Everywhere), session.Cancel);
            session.Output.Done(session.Args.GetValue(id)!, "revoked", $"Grant {session.Args.GetValue(id)} is taken back.");
        });
    }

    private static Command Roles()
    {
        var roles = ListRoles();
        roles.Add(PutRole());
        roles.Add(DeleteRole());
        return roles;
    }

    private static Command PutRole()
    {
        var name = Verb.Argument("name", "Of the role");
        var about = Verb.Text("--description", "Whom it is for", "text");
        var permissions = Verb.Texts("--permission", "What it gives; may be given again", "name");
        return new Command("put", "Make a role of the workspace's own, or change it.") { name, about, permissions }.Does(async session =>
        {
            var role = await session.Client.Access.PutRoleAsync(
                session.Args.GetRequiredValue(name),
                new() { Description = session.Args.GetValue(about), Permissions = session.Args.GetValue(permissions) ?? [] },
                session.Cancel);
            session.Output.Line(role, $"{role.Name} gives {string.Join(' ', role.Permissions)}.");
        });
    }

    private static Command DeleteRole()
    {
        var name = Verb.Argument("name", "Of the role");
        return new Command("delete", "Remove a role of the workspace's own that nobody holds.") { name }
            .Asks(session => $"The role '{session.Args.GetValue(name)}' is removed for good.").Example("mlops access roles delete reader --yes").Does(async session =>
        {
            await session.Client.Access.RemoveRoleAsync(session.Args.GetRequiredValue(name), session.Cancel);
            session.Output.Done(session.Args.GetRequiredValue(name), "deleted", $"Role {session.Args.GetRequiredValue(name)} is removed.");
        });
    }

    private static Command ListRoles() => new Command("roles", "List the roles and what they give.").Does(async session =>
    {
        var roles = await session.Client.Access.ListRolesAsync(session.Cancel);
        session.Output.List(
            roles,
            roles.Roles,
            null,
            ("NAME", role => role.Name),
            ("ABOUT", role => role.Description),
            ("PERMISSIONS", role => string.Join(' ', role.Permissions)));
    });

    private static Command Shared() => new Command("shared", "List what other workspaces share with this one.").Does(async session =>
    {
        var shared = await session.Client.Access.ListSharedAsync(session.Cancel);
        session.Output.List(
            shared,
            shared.Objects,
            null,
            ("OBJECT", one => Named(one.ObjectKind, one.ObjectId, one.ObjectName)),
            ("ID", one => one.ObjectId),
            ("FROM", one => one.Workspace));
    });

    private static void Show(Session session, GrantInfo grant) => session.Output.Details(
        grant,
        ("Id", grant.GrantId),
        ("To", $"{grant.SubjectKind} {grant.Subject}"),
        ("Role", grant.Role),
        ("On", On(grant)),
        ("By", grant.GrantedBy),
        ("Until", Printable.Time(grant.ExpiresAt)));

    private static string On(GrantInfo grant) => grant is { ObjectKind: { } kind, ObjectId: { } id } ? Named(kind, id, grant.ObjectName) : "everything";

    // As --on takes it.
    private static string Named(string kind, string id, string? name) => $"{kind}/{name ?? id}";

    private static (string? Kind, string? Id) Target(string? text)
    {
        if (text is null)
            return (null, null);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < text.Length - 1
            ? (text[..slash], text[(slash + 1)..])
            : throw new UsageException($"'{text}' is not an object. Right would be experiment/7, model/churn or feature-view/rides/driver_hourly.");
    }

    private static DateTimeOffset? Time(string? text)
    {
        if (text is null)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new UsageException($"'{text}' is not a time. Right would be 2027-01-31 or 2027-01-31T12:00:00Z.");
    }
}
