using Microsoft.AspNetCore.Components;

namespace Orrery.Web;

/// <summary>A page that asks the server first and is rendered once, with the answers: there is nobody to show a half-made one to.</summary>
public abstract class Asking : ComponentBase
{
    /// <summary>Asks for what the page shows. What the server refuses ends the page (<see cref="PageAnswer"/>).</summary>
    protected abstract Task AskAsync();

    /// <inheritdoc/>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await AskAsync();
        StateHasChanged();
    }
}
