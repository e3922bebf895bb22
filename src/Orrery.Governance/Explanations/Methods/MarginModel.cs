namespace Orrery.Governance;

/// <summary>A model whose raw outputs are known from its file, so that their Shapley values have a closed form.</summary>
internal abstract class MarginModel
{
    /// <summary><c>tree</c> or <c>linear</c>.</summary>
    public abstract string Method { get; }

    /// <summary>Raw outputs a row.</summary>
    public abstract int Outputs { get; }

    /// <summary>Raw outputs of a row.</summary>
    public abstract double[] Margins(ReadOnlySpan<double> row);

    /// <summary>Makes what explains rows against a background.</summary>
    /// <param name="background">1 row or more.</param>
    /// <param name="output">Which raw output.</param>
    public abstract MarginExplainer Against(FeatureMatrix background, int output);
}

/// <summary>Exact interventional Shapley values of a raw output against a background. For any number of callers at a time.</summary>
internal abstract class MarginExplainer
{
    /// <summary>Explains a row.</summary>
    public abstract RowExplanation Explain(ReadOnlySpan<double> row);
}
