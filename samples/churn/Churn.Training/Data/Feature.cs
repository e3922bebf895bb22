namespace Churn;

/// <summary>One input of the model: its name and how it is read off a customer.</summary>
internal sealed record Feature(string Name, Func<Customer, double> Value);
