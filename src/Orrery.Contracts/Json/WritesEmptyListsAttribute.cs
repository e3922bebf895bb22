namespace Orrery.Contracts;

/// <summary>Marks a message of our own API whose empty lists and maps are written as <c>[]</c> and <c>{}</c>; all others leave them out, as MLflow's do.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class WritesEmptyListsAttribute : Attribute;
