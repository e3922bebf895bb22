using System.CommandLine;

namespace Orrery.Cli;

/// <summary>The deployment that a verb is about: its name and its environment.</summary>
internal sealed class DeploymentTarget
{
    private readonly Argument<string> _name = Verb.Argument("name", "Name of the deployment");
    private readonly Option<string> _environment = new("--environment", "-e") { Description = "Its environment, such as staging", HelpName = "name", Required = true };

    public Command AddTo(Command command)
    {
        command.Add(_name);
        command.Add(_environment);
        return command;
    }

    public string Name(Session session) => session.Args.GetRequiredValue(_name);

    public string Environment(Session session) => session.Args.GetRequiredValue(_environment);
}
