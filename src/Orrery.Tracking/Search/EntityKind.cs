namespace Orrery.Tracking;

/// <summary>What the left side of a comparison, or a term of an ordering, is about.</summary>
public enum EntityKind
{
    /// <summary>A property of the searched thing itself, such as <c>start_time</c>.</summary>
    Attribute,

    /// <summary>The latest value of a metric.</summary>
    Metric,

    /// <summary>A parameter.</summary>
    Param,

    /// <summary>A tag.</summary>
    Tag,

    /// <summary>A property of a data set the run read: <c>name</c>, <c>digest</c> or <c>context</c>.</summary>
    Dataset,
}
