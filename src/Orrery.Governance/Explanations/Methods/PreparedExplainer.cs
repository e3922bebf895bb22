using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>How rows of a version are explained: by which method, against which background. For any number of callers at a time.</summary>
internal sealed class PreparedExplainer
{
    public const string Auto = "auto";
    public const string Exact = "exact";
    public const string Kernel = "kernel";
    public const string Tree = "tree";
    public const string Linear = "linear";

    public static readonly IReadOnlyList<string> Methods = [Auto, Exact, Kernel, Tree, Linear];

    private readonly MarginExplainer? _margin;
    private readonly MarginLink? _link;
    private readonly int _samples;
    private readonly int _seed;

    private PreparedExplainer(FeatureMatrix background, int samples, int seed, string method, string? reason, double baseValue, MarginExplainer? margin, MarginLink? link)
    {
        (Background, _samples, _seed, Method, Reason, BaseValue) = (background, samples, seed, method, reason, baseValue);
        (_margin, _link) = (margin, link);
    }

    /// <summary>One of <see cref="Methods"/>, without <see cref="Auto"/>.</summary>
    public string Method { get; }

    /// <summary>Why it is none with a closed form; null when it is.</summary>
    public string? Reason { get; }

    /// <summary><c>output</c> or <c>margin</c>.</summary>
    public string Scale => _link is { IsIdentity: false } ? "margin" : "output";

    /// <summary>What the model says of the background on average, on the scale that is explained.</summary>
    public double BaseValue { get; }

    public FeatureMatrix Background { get; }

    /// <summary>Chooses the method; <c>governance.method_not_possible</c>, and what scoring refuses.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="model">Whose values have a closed form; null when there is none.</param>
    /// <param name="why">Why there is none.</param>
    /// <param name="background">What values are relative to.</param>
    /// <param name="score">The model.</param>
    /// <param name="cancel">Breaks off.</param>
    public static async ValueTask<Result<PreparedExplainer>> PrepareAsync(
        ExplainRequest request, MarginModel? model, string? why, FeatureMatrix background, RowScoring score, CancellationToken cancel)
    {
        if ((await score(background, cancel)).Failed(out var refused, out var answers))
            return refused;
        var (method, samples) = (request.Method, request.Samples ?? 2048 + (2 * background.Columns));
        if (method is Auto or Tree or Linear)
        {
            var (link, problem) = Link(model, why, method, background, answers, request.Place);
            if (link is not null)
            {
                var explainer = model!.Against(background, link.Output);
                var baseValue = link.Turn(explainer.Explain(background.Row(0))).BaseValue;
                return new PreparedExplainer(background, samples, request.Seed, model.Method, null, baseValue, explainer, link);
            }

            if (method != Auto)
                return Failure.Invalid("governance.method_not_possible", $"The method '{method}' is not possible for this version: {problem}.");
            (method, why) = (background.Columns <= ExactShapley.MostPlayers ? Exact : Kernel, problem);
        }
        else
        {
            why = null;
        }

        if (method == Exact && background.Columns > ExactShapley.MostPlayers)
            return Failure.Invalid("governance.method_not_possible", $"The method 'exact' is for up to {ExactShapley.MostPlayers} columns; the model has {background.Columns}.");
        return new PreparedExplainer(background, samples, request.Seed, method, why, answers.Average(), null, null);
    }

    /// <summary>Explains a row.</summary>
    public async ValueTask<Result<RowExplanation>> ExplainAsync(RowScoring score, ReadOnlyMemory<double> row, CancellationToken cancel)
    {
        if (_margin is not null)
            return _link!.Turn(_margin.Explain(row.Span));
        var game = new CoalitionGame(score, Background, row.Span);
        return Method == Exact ? await ExactShapley.ExplainAsync(game, BaseValue, cancel) : await KernelShapley.ExplainAsync(game, BaseValue, _samples, _seed, cancel);
    }

    // The graph as it was read must say what the model says, or something was not understood.
    private static (MarginLink? Link, string? Problem) Link(MarginModel? model, string? why, string method, FeatureMatrix background, double[] answers, int place)
    {
        if (model is null)
            return (null, why ?? "its files are no ONNX");
        if (method != Auto && method != model.Method)
            return (null, $"it is of the kind '{model.Method}'");
        var margins = Enumerable.Range(0, background.Rows).Select(row => model.Margins(background.Row(row))).ToList();
        return MarginLink.Find(margins, answers, place) is { } link
            ? (link, null)
            : (null, "its answers are not those of its trees or weights with a sigmoid or softmax after them");
    }
}

/// <summary>How explanations are asked for.</summary>
/// <param name="Method">Of <see cref="PreparedExplainer.Methods"/>.</param>
/// <param name="Place">Of the explained class, or 0.</param>
/// <param name="Samples">Coalitions of the kernel method; null for the default.</param>
/// <param name="Seed">Of their draw.</param>
internal sealed record ExplainRequest(string Method, int Place, int? Samples, int Seed);
