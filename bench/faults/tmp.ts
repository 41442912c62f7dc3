import { runFaults } from './run-faults.ts';
const t=performance.now();
const v=await runFaults({backend:(process.argv[2]??'postgres') as never,jobs:120,kills:5,databaseRestarts:1,redisFlushes:process.argv[2]==='redis'?1:0,watched:20},l=>console.log(((performance.now()-t)/1000).toFixed(1),l));
console.log(((performance.now()-t)/1000).toFixed(1),JSON.stringify(v).slice(0,1500));
