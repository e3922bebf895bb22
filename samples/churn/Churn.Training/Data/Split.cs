namespace Churn;

/// <summary>Row numbers for training (60 %), validation (20 %) and test (20 %), each with the same share of leavers.</summary>
internal sealed record Split(int[] Train, int[] Valid, int[] Test)
{
    /// <summary>Draws the split; the same labels and seed give the same rows. Row numbers come back ascending.</summary>
    public static Split Draw(IReadOnlyList<int> labels, ulong seed)
    {
        var random = new SplitMix64(seed);
        List<int> train = [], valid = [], test = [];
        foreach (var label in new[] { 0, 1 })
        {
            var rows = Enumerable.Range(0, labels.Count).Where(row => labels[row] == label).ToArray();
            random.Shuffle(rows);
            var trainEnd = rows.Length * 60 / 100;
            var validEnd = rows.Length * 80 / 100;
            train.AddRange(rows[..trainEnd]);
            valid.AddRange(rows[trainEnd..validEnd]);
            test.AddRange(rows[validEnd..]);
        }

        return new([.. train.Order()], [.. valid.Order()], [.. test.Order()]);
    }
}
