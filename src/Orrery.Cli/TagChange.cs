using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>--tag</c> and <c>--untag</c> of verbs that change a thing, perhaps with options of their own.</summary>
internal sealed class TagChange
{
    private readonly Option<string[]> _tags = Verb.Texts("--tag", "A tag to set; may be given again", "key=value");
    private readonly Option<string[]> _untags = Verb.Texts("--untag", "A tag to remove; may be given again", "key");

    public Command AddTo(Command command)
    {
        command.Add(_tags);
        command.Add(_untags);
        return command;
    }

    /// <summary>Refuses a line that changes nothing, neither tags nor what the verb's own options name, and one whose tags cannot be read.</summary>
    public void Check(Session session, params Option<string?>[] others)
    {
        if (Set(session).Count is 0 && Unset(session).Length is 0 && others.All(other => session.Args.GetValue(other) is null))
            throw new UsageException($"Nothing is to be changed. What can be: {string.Join(", ", [.. others.Select(static other => other.Name), _tags.Name, _untags.Name])}.");
    }

    /// <summary>Sets and removes.</summary>
    public async Task ApplyAsync(Session session, Func<Tag, Task> set, Func<string, Task> unset)
    {
        foreach (var tag in Set(session))
            await set(tag);
        foreach (var key in Unset(session))
            await unset(key);
    }

    private IReadOnlyList<Tag> Set(Session session) => Tags.Read(session.Args.GetRequiredValue(_tags));

    private string[] Unset(Session session) => session.Args.GetRequiredValue(_untags);
}
