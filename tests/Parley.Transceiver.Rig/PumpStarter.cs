using Parley.Simulation;
using Parley.Transceiver.Models;

namespace Parley.Transceiver.Rig;

/// <summary>Model work begins on the pump instead of the thread pool.</summary>
internal sealed class PumpStarter(ModelPump pump) : IModelStarter
{
    public void Start(Func<Task> work) => pump.Post(static work => _ = ((Func<Task>)work!)(), work);
}
