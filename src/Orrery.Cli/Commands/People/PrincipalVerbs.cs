using System.CommandLine;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Verbs that people, groups and service accounts have alike.</summary>
/// <param name="one">What one of them is called.</param>
/// <param name="listed">The command that shows their ids.</param>
/// <param name="kind"><c>p</c>, <c>g</c> or <c>s</c>.</param>
internal sealed class PrincipalVerbs(string one, string listed, string kind)
{
    private const int IdLength = 26;
    private const int LongestPage = 1000;

    /// <summary>The argument that names one.</summary>
    public Argument<string> One() => Verb.Argument(one.Replace(' ', '-'), $"Name or id of the {one}, as {listed} shows them");

    /// <summary>The id of what was named, by name or by id. A name that is nobody's stays as it is: the server says so.</summary>
    public Task<string> IdAsync(Session session, Argument<string> argument) => IdAsync(session, kind, session.Args.GetRequiredValue(argument));

    /// <summary>The id of the person, group or service account that a text names.</summary>
    public static async Task<string> IdAsync(Session session, string kinds, string text)
    {
        if (IsId(text))
            return text;
        var api = session.Client.Identity;
        Principal? found = null;
        foreach (var kind in kinds)
        {
            found ??= await (kind switch
            {
                'p' => api.FindPersonAsync(text, session.Cancel),
                'g' => api.FindGroupAsync(text, session.Cancel),
                _ => api.FindServiceAccountAsync(text, session.Cancel),
            });
        }

        return found?.PrincipalId ?? text;
    }

    private static bool IsId(string text) => text.Length == IdLength && text[..4] is "usr_" or "grp_" or "svc_" && text[4..].All(char.IsAsciiLetterOrDigit);

    public static Command List(string verb, string description, Func<Session, int, string?, Task<PrincipalPage>> page, params Argument<string>[] arguments)
    {
        var listing = new Listing();
        var command = new Command(verb, description);
        foreach (var argument in arguments)
            command.Add(argument);
        return listing.AddTo(command, search: false).Does(async session =>
        {
            var found = await page(session, Math.Min(listing.Limit(session), LongestPage), listing.Token(session));
            session.Output.List(
                found,
                found.Principals,
                found.NextPageToken,
                ("ID", static row => row.PrincipalId),
                ("NAME", static row => row.Name),
                ("DISPLAY NAME", static row => row.DisplayName),
                ("KIND", static row => row.Kind),
                ("WORKSPACE", static row => row.Workspace),
                ("STATE", static row => row.State),
                ("CREATED", static row => Printable.Time(row.CreatedAt)));
        });
    }

    public Command State(string verb, string state, string description, Func<IdentityApi, string, PrincipalState, CancellationToken, Task<Principal>> set)
    {
        var id = One();
        return new Command(verb, description) { id }.Example($"mlops {listed.Split(' ')[0]} {verb} NAME").Does(async session =>
        {
            var changed = await set(session.Client.Identity, await IdAsync(session, id), new PrincipalState { State = state }, session.Cancel);
            session.Output.Line(changed, $"{changed.Name} is {changed.State}.");
        });
    }

    public Command Delete(string description, Func<IdentityApi, string, CancellationToken, Task> delete) => Does("delete", description, delete, "is deleted", asks: true);

    /// <summary>A verb that has nothing to answer.</summary>
    public Command Does(string verb, string description, Func<IdentityApi, string, CancellationToken, Task> deed, string done, bool asks = false)
    {
        var id = One();
        var command = new Command(verb, description) { id };
        if (asks)
            command.Asks(session => $"The {one} {session.Args.GetValue(id)} is deleted for good, with the grants and tokens that are theirs.");
        return command.Example($"mlops {listed.Split(' ')[0]} {verb} NAME{(asks ? " --yes" : "")}").Does(async session =>
        {
            var of = session.Args.GetRequiredValue(id);
            await deed(session.Client.Identity, await IdAsync(session, id), session.Cancel);
            session.Output.Done(of, verb, $"{char.ToUpperInvariant(one[0])}{one[1..]} {of} {done}.");
        });
    }
}
