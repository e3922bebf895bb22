using Orrery.Features;

namespace Orrery.Serving;

/// <summary>Puts what was given and what was looked up together, in the order and of the types that the model wants.</summary>
internal static class LookupMerge
{
    /// <summary>Fills the call's inputs.</summary>
    /// <param name="work">What there is.</param>
    /// <param name="call">Takes the tensors.</param>
    /// <param name="nullMissing">Whether floats that are missing become NaN.</param>
    /// <param name="metrics">Counts what is missing.</param>
    /// <exception cref="TensorException">Something is missing, or does not fit.</exception>
    public static void Fill(LookupWork work, InferenceCall call, bool nullMissing, LookupMetrics metrics)
    {
        var binding = work.Binding!;
        var misses = new LookupMisses(work, metrics);
        call.Inputs.Reset();
        if (binding.IsTable)
        {
            var input = binding.Model.Inputs[0];
            var tensor = Begin(call, input.Name, input.Type);
            for (var row = 0; row < work.Rows; row++)
            {
                for (var column = 0; column < binding.Columns.Count; column++)
                    Put(work, tensor, row, column, nullMissing, ref misses);
            }

            tensor.SetShape(input.Shape.Count == 1 ? [work.Rows] : [work.Rows, binding.Columns.Count]);
        }
        else
        {
            for (var column = 0; column < binding.Columns.Count; column++)
            {
                var input = binding.Model.Inputs[column];
                var tensor = Begin(call, input.Name, input.Type);
                for (var row = 0; row < work.Rows; row++)
                    Put(work, tensor, row, column, nullMissing, ref misses);
                tensor.SetShape(input.Shape.Count == 1 ? [work.Rows] : [work.Rows, 1]);
            }
        }

        misses.Throw();
    }

    private static Tensor Begin(InferenceCall call, string name, DataType type)
    {
        var tensor = call.Inputs.Add();
        (tensor.Name, tensor.Type) = (name, type);
        return tensor;
    }

    private static void Put(LookupWork work, Tensor tensor, int row, int column, bool nullMissing, ref LookupMisses misses)
    {
        if (work.IsGiven(row, column))
        {
            Copy(work.Given(column), tensor, row);
            return;
        }

        var wanted = work.Binding!.Columns[column];
        if (wanted.Feature < 0 || work.Answer is not { } answer)
        {
            misses.Add(row, column, LookupStatus.NotFound);
            return;
        }

        var value = answer.Value(wanted.Feature, row);
        if (value.Status is LookupStatus.Present)
        {
            if (!LookupCast.TryAdd(tensor, work.Binding.Lookup.Features[wanted.Feature].Kind, value))
                misses.Unfit(row, column, value);
        }
        else if (nullMissing && wanted.Type.IsFloat())
        {
            misses.Count(value.Status);
            LookupCast.AddNaN(tensor);
        }
        else
        {
            misses.Add(row, column, value.Status);
        }
    }

    private static void Copy(Tensor given, Tensor tensor, int row)
    {
        if (given.Type is DataType.BYTES)
        {
            tensor.AddText(given.Text(row));
            return;
        }

        var width = given.Type.Width();
        given.Bytes.Slice(row * width, width).CopyTo(tensor.Append(width));
    }
}
