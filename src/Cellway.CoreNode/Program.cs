using Cellway.CoreNode;
using Cellway.Node.Hosting;

return await NodeProgram.RunAsync(CoreCommand.Create(), args);
