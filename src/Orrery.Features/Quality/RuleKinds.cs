using System.Collections.Frozen;
using static Orrery.Features.RuleNeeds;
using static Orrery.Features.RuleScope;

namespace Orrery.Features;

/// <summary>Every kind of rule. Names and meanings follow Great Expectations' most used ones; <c>satisfy</c> is Deequ's.</summary>
internal static class RuleKinds
{
    public static readonly IReadOnlyList<RuleKind> All =
    [
        new("not_be_null", Row, Column, "every row has a value"),
        new("be_null", Row, Column, "no row has a value"),
        new("be_in_set", Row, Column | Values, "values are of a set"),
        new("not_in_set", Row, Column | Values, "values are not of a set"),
        new("be_between", Row, Column | Bounds, "values lie between min and max"),
        new("value_lengths_between", Row, Column | Bounds, "texts have min to max characters"),
        new("value_lengths_equal", Row, Column | Max, "texts have exactly max characters"),
        new("match_regex", Row, Column | Pattern, "texts match a pattern (RE2) somewhere"),
        new("not_match_regex", Row, Column | Pattern, "texts match a pattern nowhere"),
        new("match_strftime", Row, Column | Pattern, "texts are times of a format (%Y-%m-%d ...)"),
        new("be_json_parseable", Row, Column, "texts are JSON"),
        new("pair_greater", Row, Pair, "the first column is greater than the second"),
        new("pair_equal", Row, Pair, "both columns are equal"),
        new("pair_in_set", Row, Pair | Values, "the pair is one of a set of [first, second]"),
        new("satisfy", Row, Pattern, "an expression of the on-demand language holds"),
        new("z_scores_less_than", Rows, Column | Max, "values lie less than max standard deviations from the mean"),
        new("be_unique", Rows, Column, "no value comes twice"),
        new("compound_columns_unique", Rows, Columns, "no combination of values comes twice"),
        new("proportion_non_null_between", Whole, Column | Bounds, "share of rows with a value"),
        new("unique_value_count_between", Whole, Column | Bounds, "number of different values"),
        new("proportion_unique_between", Whole, Column | Bounds, "different values divided by rows with a value"),
        new("distinct_values_be_in_set", Whole, Column | Values, "no value outside a set"),
        new("distinct_values_contain_set", Whole, Column | Values, "every value of a set is there"),
        new("distinct_values_equal_set", Whole, Column | Values, "the values of a set, and no others"),
        new("min_between", Whole, Column | Bounds, "the least value"),
        new("max_between", Whole, Column | Bounds, "the greatest value"),
        new("mean_between", Whole, Column | Bounds, "the mean"),
        new("median_between", Whole, Column | Bounds, "the median"),
        new("stdev_between", Whole, Column | Bounds, "the sample standard deviation"),
        new("sum_between", Whole, Column | Bounds, "the sum"),
        new("quantile_between", Whole, Column | Bounds | Quantile, "a quantile, interpolated"),
        new("be_of_type", Whole, Column | Values, "the column's type is one of these"),
        new("column_to_exist", Whole, Column, "there is such a column"),
        new("table_columns_match_set", Whole, Values, "the columns are these, in any order"),
        new("table_columns_match_ordered_list", Whole, Values, "the columns are these, in this order"),
        new("column_count_between", Whole, Bounds, "number of columns"),
        new("row_count_between", Whole, Bounds, "number of rows"),
        new("row_count_equal", Whole, Max, "exactly max rows"),
        new("kl_divergence_less_than", Whole, Column | Max | Values, "Kullback-Leibler divergence, in nats, from a distribution given as [value, share] pairs"),
        new("freshness", Whole, Column | Max, "the newest time is at most max old (\"2h\")"),
    ];

    private static readonly FrozenDictionary<string, RuleKind> ByName = All.ToFrozenDictionary(static kind => kind.Name, StringComparer.Ordinal);

    /// <summary>The kind of that name; Great Expectations' prefixes are allowed. Null for none.</summary>
    public static RuleKind? Find(string name)
    {
        foreach (var prefix in new[] { "expect_column_values_to_", "expect_column_", "expect_table_", "expect_" })
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && ByName.TryGetValue(name[prefix.Length..], out var longer))
                return longer;
        }

        return ByName.GetValueOrDefault(name);
    }
}
