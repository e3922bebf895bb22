namespace Orrery.Features;

/// <summary>What becomes of a row that has the event and created time of the one that is stored.</summary>
internal enum EqualTimes
{
    /// <summary>It takes its place: a push, the later one counts.</summary>
    Replace,

    /// <summary>It is left out: a materialization, or a push that is finished later, which must not undo a newer one.</summary>
    Keep,
}
