namespace Churn;

/// <summary>
/// A node of a regression tree. At a split, rows with <c>input[Feature] &lt;= Threshold</c> go to node <see cref="Left"/>, the
/// others to <see cref="Right"/>; at a leaf both are -1 and <see cref="Value"/> is the answer.
/// </summary>
internal sealed record TreeNode(int Feature, float Threshold, int Left, int Right, double Gain, double Value)
{
    public bool IsLeaf => Left < 0;

    public static TreeNode Leaf(double value) => new(0, 0, -1, -1, 0, value);
}
