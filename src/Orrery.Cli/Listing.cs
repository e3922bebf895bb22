using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>The options of verbs that list.</summary>
internal sealed class Listing
{
    private readonly Option<string?> _filter = Verb.Text("--filter", "MLflow's search language, for instance \"metrics.auc > 0.8\"", "text");
    private readonly Option<string[]> _orderBy = Verb.Texts("--order-by", "For instance \"metrics.auc DESC\"; may be given again", "text");
    private readonly Option<string?> _token = Verb.Text("--page-token", "Where the page before ended", "token");

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "Most to list",
        HelpName = "n",
        DefaultValueFactory = _ => 100,
        Validators =
        {
            result =>
            {
                if (result.GetValueOrDefault<int>() is < 1 or > TrackingLimits.SearchPage)
                    result.AddError($"--limit lies between 1 and {TrackingLimits.SearchPage}.");
            },
        },
    };

    private readonly Option<string> _view = NewView();

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="search">With filter and order.</param>
    /// <param name="view">With the choice of what is in the bin.</param>
    public Command AddTo(Command command, bool search = true, bool view = false)
    {
        if (search)
        {
            command.Add(_filter);
            command.Add(_orderBy);
        }

        if (view)
            command.Add(_view);
        command.Add(_limit);
        command.Add(_token);
        return command;
    }

    public string? Filter(Session session) => session.Args.GetValue(_filter);

    public string[] OrderBy(Session session) => session.Args.GetValue(_orderBy) ?? [];

    public int Limit(Session session) => session.Args.GetValue(_limit);

    /// <summary>The limit of listings whose pages have at most a thousand.</summary>
    public int PageLimit(Session session) => Math.Min(Limit(session), 1000);

    public string? Token(Session session) => session.Args.GetValue(_token);

    public ViewType View(Session session) => session.Args.GetValue(_view) switch
    {
        "deleted" => ViewType.DeletedOnly,
        "all" => ViewType.All,
        _ => ViewType.ActiveOnly,
    };

    private static Option<string> NewView()
    {
        var view = new Option<string>("--view") { Description = "active, deleted or all", DefaultValueFactory = _ => "active" };
        view.AcceptOnlyFromAmong("active", "deleted", "all");
        return view;
    }
}
